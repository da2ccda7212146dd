"""Months of a small city while everything breaks: nothing is lost, nothing is paid twice."""
