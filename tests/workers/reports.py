"""Delivery reports as mail servers write them, about a mail of ours."""

from models.records.base import sql


def our_id(mail_id: int) -> str:
    stamp = sql(
        "SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') FROM mail"
        " WHERE id = %s",
        (mail_id,),
    ).fetchone()[0]
    return f"<mail.{mail_id}.{stamp}@city.example>"


def postfix(
    mail_id: int,
    address: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "550 5.1.1 User unknown",
    original: str | None = None,
    message_id: str | None = None,
) -> bytes:
    """As Postfix writes them: text, fields, and the whole mail."""
    told = f"Original-Recipient: rfc822;{original}\r\n" if original else ""
    return (
        "Return-Path: <>\r\n"
        "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\r\n"
        "To: zj@city.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n"
        '\tboundary="4XYZ.1/mx.example.org"\r\n\r\n'
        "This is a MIME-encapsulated message.\r\n\r\n"
        "--4XYZ.1/mx.example.org\r\n"
        "Content-Description: Notification\r\n"
        "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
        "This is the mail system at host mx.example.org.\r\n\r\n"
        f"<{address}>: host mail.example.org said: {said}\r\n\r\n"
        "--4XYZ.1/mx.example.org\r\n"
        "Content-Description: Delivery report\r\n"
        "Content-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\n"
        "X-Postfix-Queue-ID: 4XYZ\r\n"
        "Arrival-Date: Wed,  1 Jul 2026 10:00:00 +0800 (CST)\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\n"
        f"{told}"
        f"Action: {action}\r\n"
        f"Status: {status}\r\n"
        "Remote-MTA: dns; mail.example.org\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n\r\n"
        "--4XYZ.1/mx.example.org\r\n"
        "Content-Description: Undelivered Message\r\n"
        "Content-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {message_id or our_id(mail_id)}\r\n"
        "From: zj@city.example\r\n"
        f"To: {address}\r\n"
        "Subject: =?utf-8?b?5YKs5Yqe?=\r\n\r\n"
        "body\r\n\r\n"
        "--4XYZ.1/mx.example.org--\r\n"
    ).encode()


def exchange(mail_id: int, address: str) -> bytes:
    """As Exchange Online writes them: alternative texts, a folded code, headers only."""
    return (
        "From: <postmaster@hospital.example>\r\n"
        "To: <zj@city.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n"
        '\tboundary="_000_abc_"\r\n'
        "In-Reply-To: " + our_id(mail_id) + "\r\n"
        "Subject: =?utf-8?B?5pyq6YCB6L6+?=\r\n\r\n"
        "--_000_abc_\r\n"
        'Content-Type: multipart/alternative; boundary="_001_"; differences=Content-Type\r\n\r\n'
        "--_001_\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNot delivered.\r\n"
        "--_001_\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<script>alert(1)</script>\r\n"
        "--_001_--\r\n\r\n"
        "--_000_abc_\r\n"
        "Content-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns;MX1.hospital.example\r\n"
        "Received-From-MTA: dns;mail.city.example\r\n\r\n"
        f"Final-Recipient: rfc822;{address.upper()}\r\n"
        "Action: failed\r\nStatus: 5.1.10\r\n"
        "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound;\r\n"
        " Recipient not found by SMTP address lookup\r\n\r\n"
        "--_000_abc_\r\n"
        "Content-Type: message/rfc822\r\n\r\n"
        "From: zj@city.example\r\nSubject: x\r\n\r\n"
        "--_000_abc_--\r\n"
    ).encode()
