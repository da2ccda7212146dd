"""What the database itself refuses for a closed month: other sheets, other offsets, bookings."""

#: Said in one form, so that the services can tell which month of which area it was.
_REFUSE = """
        RAISE EXCEPTION 'the month % of % is closed', {period}, {area}
            USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}',
                  DETAIL = {period} || ' ' || {area};
"""


def _refuse(name: str, period: str, area: str) -> str:
    return _REFUSE.format(name=name, period=period, area=area).strip()


FUNCTIONS = f"""
CREATE FUNCTION keep_closed_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM closed_month c
                WHERE c.period = OLD.period AND c.area_code = OLD.area_code) THEN
        {_refuse("settlement_sheet_closed", "OLD.period", "OLD.area_code")}
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION keep_closed_sheets() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed record;
BEGIN
    IF EXISTS (SELECT FROM closed_month) THEN
        SELECT c.period, c.area_code INTO closed
          FROM closed_month c JOIN new_rows n USING (period, area_code) LIMIT 1;
        IF FOUND THEN
            {_refuse("settlement_sheet_closed", "closed.period", "closed.area_code")}
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_closed_offset() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched record := coalesce(OLD, NEW);
BEGIN
    IF EXISTS (SELECT FROM closed_month c
                WHERE c.period = touched.period AND c.area_code = touched.area_code) THEN
        {_refuse("hospital_offset_closed", "touched.period", "touched.area_code")}
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION keep_closed_books() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed record;
BEGIN
    IF EXISTS (SELECT FROM closed_month c WHERE c.period IN (
                   SELECT to_char(d.posted_on, 'YYYY-MM')
                     FROM (SELECT DISTINCT posted_on FROM new_rows) d)) THEN
        SELECT x.period, x.area_code INTO closed
          FROM (SELECT to_char(n.posted_on, 'YYYY-MM') AS period, split_part(a.account, ':', 2)
                       AS owner
                  FROM new_rows n
                 CROSS JOIN LATERAL (VALUES (n.debit_account), (n.credit_account)) a (account)) o
          JOIN (SELECT c.period, h.hospital_code AS owner, c.area_code
                  FROM closed_month c JOIN hospital h USING (area_code)
                UNION ALL
                SELECT b.period, b.agency_code, g.area_code
                  FROM closed_book b JOIN agency g USING (agency_code)) x USING (period, owner)
         LIMIT 1;
        IF FOUND THEN
            {_refuse("ledger_entry_closed", "closed.period", "closed.area_code")}
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION unverify_filed_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.account_verified := false;
    RETURN NEW;
END $$;
"""

_CONTENT = (
    "period, area_code, hospital_code, enterprise_code, lines_count, received_fen, returned_fen,"
    " adjusted_fen, carried_in_fen, payable_fen, carried_out_fen"
)
_ACCOUNT = ("account_no", "account_name", "bank_name", "cnaps_code")


def _row(prefix: str, columns: list[str]) -> str:
    return f"({', '.join(f'{prefix}.{column}' for column in columns)})"


def _changed(columns: list[str]) -> str:
    return f"{_row('NEW', columns)} IS DISTINCT FROM {_row('OLD', columns)}"


TRIGGERS = f"""
CREATE TRIGGER settlement_sheet_closed BEFORE UPDATE OF {_CONTENT} ON settlement_sheet
    FOR EACH ROW WHEN ({_changed(_CONTENT.split(", "))}) EXECUTE FUNCTION keep_closed_sheet();
CREATE TRIGGER settlement_sheet_closed_stays BEFORE DELETE ON settlement_sheet
    FOR EACH ROW EXECUTE FUNCTION keep_closed_sheet();
CREATE TRIGGER settlement_sheet_closed_new AFTER INSERT ON settlement_sheet
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_closed_sheets();
CREATE TRIGGER hospital_offset_closed BEFORE INSERT OR UPDATE OR DELETE ON hospital_offset
    FOR EACH ROW EXECUTE FUNCTION keep_closed_offset();
CREATE TRIGGER ledger_entry_closed AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_closed_books();
CREATE TRIGGER hospital_account_filed BEFORE UPDATE OF {", ".join(_ACCOUNT)} ON hospital
    FOR EACH ROW WHEN (OLD.account_verified AND {_changed(list(_ACCOUNT))})
    EXECUTE FUNCTION unverify_filed_account();
"""
