"""Expressions as SQL: what a report filters with is what a form computes with, row for row (README.md, "As SQL").

`compile_sql` makes a value, `condition` a WHERE clause, both as text with named parameters (`:x1`). Column SQL comes from the caller and is
trusted; everything that comes from the expression is a parameter. How columns are stored, for each kind:

| kind | SQLite | PostgreSQL |
| --- | --- | --- |
| num | REAL, any double | numeric with at most ten places and below 10^15; `is_double`: double precision, any |
| text | TEXT | text |
| bool | 0 or 1 | boolean |
| date | `YYYY-MM-DD` | date |
| datetime | UTC, `YYYY-MM-DD HH:MM:SS.ffffff`, as `UtcDateTime` writes it | timestamptz |
| duration | whole seconds | whole seconds, any type of whole numbers |

A double is the number that its shortest decimal says, rounded to ten places; what is not below 10^15 is null. An empty text is null; texts hold
at most 100,000 code points and no U+0000. Parts of a second are dropped. Dates are days of the years 1 to 9999.

PostgreSQL (14 or later, UTF8) computes with numeric and needs nothing; SQLite (3.40 or later) asks functions of our own where a number is
computed: `sqlite.register` puts them on a connection. A comparison of a column with a constant needs none, and can use an index.
"""

from server.expressions.sql.compile import compile_sql, condition
from server.expressions.sql.model import Column, Compiled, Uncompilable

__all__ = ["Column", "Compiled", "Uncompilable", "compile_sql", "condition"]
