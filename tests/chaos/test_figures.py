"""An account shows what is not as it has to be; a planted table is what it says."""

import csv
from collections import Counter
from hashlib import sha256
from pathlib import Path

from tests.chaos import planted
from tests.chaos.figures import Figure, below, exactly, table


def test_what_is_not_as_it_has_to_be_is_marked() -> None:
    figures = [
        exactly("accepted", 969_999, 970_000),
        exactly("set aside", 30_000, 30_000),
        below("held, MB", 300, 300),
        Figure("seconds", 7),
    ]
    assert [it.name for it in figures if not it.holds] == ["accepted", "held, MB"]
    assert table(figures).splitlines() == [
        "| what      | seen    | has to be | so  |",
        "| --------- | ------- | --------- | --- |",
        "| accepted  | 969,999 | 970,000   | NO  |",
        "| set aside | 30,000  | 30,000    | yes |",
        "| held, MB  | 300     | < 300     | NO  |",
        "| seconds   | 7       |           |     |",
    ]


def test_a_planted_table_has_three_bad_rows_in_a_hundred_of_every_kind(tmp_path: Path) -> None:
    file = tmp_path / "acts.csv"
    made = planted.write(file, 4_000)
    assert (made, file.read_bytes()) == (
        planted.write(tmp_path / "again.csv", 4_000),
        (tmp_path / "again.csv").read_bytes(),
    )

    rows = list(planted.lines(4_000))
    codes = Counter(code for _, _, code in rows if code)
    assert codes == dict.fromkeys((code for code, _ in planted.BAD), 15)
    good = "".join(line for _, line, code in rows if not code)
    ids = [row[0] for row in csv.reader(good.splitlines(keepends=True), strict=True)]
    assert sha256("".join(f"{it}\n" for it in ids).encode()).hexdigest() == made.accepted
    assert (len(ids), made.bad, made.formulas) == (3_880, 120, 60)
