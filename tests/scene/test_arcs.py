from protlens.scene.arcs import Arc, strongest


def arc(query: int, key: int, weight: float) -> Arc:
    return Arc(query, key, weight, None, "unknown")


ARCS = [arc(0, 1, 0.9), arc(2, 2, 0.8), arc(1, 0, 0.5), arc(3, 1, 0.3), arc(1, 3, 0.1)]


def test_the_threshold_is_inclusive():
    assert strongest(ARCS, threshold=0.3, most=10) == [ARCS[0], ARCS[2], ARCS[3]]


def test_what_a_residue_gives_to_itself_takes_no_place():
    assert strongest(ARCS, threshold=0.1, most=2) == [ARCS[0], ARCS[2]]


def test_there_may_be_none():
    assert strongest(ARCS, threshold=0.95, most=5) == []
    assert strongest([], threshold=0.1, most=5) == []
