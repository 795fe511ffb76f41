from hypothesis import given
from hypothesis import strategies as st

from protlens.attention.batching import length_batches


@given(st.lists(st.integers(1, 600), max_size=60), st.integers(1, 2000))
def test_every_protein_once_within_the_budget_longest_first(lengths, tokens):
    batches = length_batches(lengths, tokens)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[i] for i in batch)
        assert len(batch) == 1 or longest * len(batch) <= tokens
    order = [lengths[i] for batch in batches for i in batch]
    assert order == sorted(order, reverse=True)
