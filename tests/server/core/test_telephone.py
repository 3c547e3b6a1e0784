"""However a number is written, one telephone rings."""

from __future__ import annotations

import pytest

from server.core.telephone import e164


@pytest.mark.parametrize(
    ("written", "country", "figures"),
    [
        ("+8613900000001", "86", "8613900000001"),
        ("0086 139-0000-0001", "86", "8613900000001"),
        ("8613900000001", "86", "8613900000001"),
        ("139 0000 0001", "86", "8613900000001"),
        ("(+86) 139.0000.0001", "86", "8613900000001"),
        ("+86 (0)512 6288 0000", "86", "8651262880000"),
        ("0512-6288 0000", "86", "8651262880000"),
        ("+49 30 901820", "86", "4930901820"),
        ("0049 30 901820", "86", "4930901820"),
        ("030 901820", "49", "4930901820"),
        ("(415) 555-0100", "1", "14155550100"),
        ("1 415 555 0100", "1", "14155550100"),
        # 86 that is no country's code: too short to hold one
        ("8612345", "86", "868612345"),
        ("133", "86", "86133"),
        ("ask at the gate", "86", ""),
        ("", "86", ""),
    ],
)
def test_it_is_the_same(written: str, country: str, figures: str) -> None:
    assert e164(written, country) == figures
