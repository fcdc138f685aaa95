"""What a week leaves out of its entries changes nothing of what had been said at its end."""

from datetime import date, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from priorities.lights import Said
from priorities.state.weeks import _told_by

START = date(2022, 1, 3)
SAID = st.tuples(st.integers(0, 34), st.sampled_from([0, 40, 99, 100]), st.booleans())


@given(st.lists(SAID, max_size=25))
def test_the_end_of_each_week_knows_all_that_was_said(entries):
    told = [[START + timedelta(n), percent, counts] for n, percent, counts in sorted(entries)]
    days = [START + timedelta(7 * week) for week in range(6)]

    def by(day: date) -> Said:
        spoken = [entry for entry in told if entry[0] <= day]
        return reduce(lambda said, e: said.and_then(e[0], e[1], counts=e[2]), spoken, Said())

    assert list(_told_by(told, days)) == [by(day) for day in days]
