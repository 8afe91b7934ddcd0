"""What hypothesis draws pictures from: any instants, any texts, any values, and none."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from shared.pictures import Reading, Series

BEGIN = 1_780_000_000
instants = st.integers(BEGIN, BEGIN + 400 * 86400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
texts = st.text(alphabet=st.characters(codec=None), max_size=60)
values = st.none() | st.integers(-1000, 1000) | st.floats(-1e6, 1e6) | st.decimals(-1000, 1000, places=2)
readings = st.lists(st.builds(Reading, instants, values, texts), max_size=12).map(tuple)
series = st.builds(Series, texts, readings, texts, st.lists(instants, max_size=3).map(tuple))
widths = st.sampled_from([340, 720])
hrefs = st.none() | st.just("/there")
stretches = st.tuples(instants, instants).map(lambda ends: tuple(sorted(ends)))
