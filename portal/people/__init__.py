"""Accounts by the list: handed in as a workbook, opened at once, roles decided after."""
