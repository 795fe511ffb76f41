from protlens.nulls.keyed import keyed_generator


def test_equal_keys_give_equal_numbers_and_others_do_not():
    keys = [(0, "a", "b"), (1, "a", "b"), (0, "ab", ""), (0, "a"), (0, b"a", 1), (0, "a", 1, 2), (0, "a", 12)]
    draws = [tuple(keyed_generator(*key).integers(2**60, size=2).tolist()) for key in keys]
    assert len(set(draws)) == len(keys)
    assert draws == [tuple(keyed_generator(*key).integers(2**60, size=2).tolist()) for key in keys]
