from protlens.data.protein import Protein
from protlens.probing.tasks import residue_tasks
from protlens.properties.pair import Contact
from protlens.properties.residue import TrackProperty
from protlens.properties.selection import SECONDARY_STRUCTURE

STRUCTURE = [TrackProperty(f"secondary_structure:{name}", "dssp", s) for name, s in SECONDARY_STRUCTURE.items()]
SITE = TrackProperty("binding_site", "binding_site")


def test_one_task_for_each_property_and_one_for_the_four_classes():
    tasks = residue_tasks([Contact(), SITE, *STRUCTURE])
    names = ["secondary_structure", "binding_site", *(found.name for found in STRUCTURE)]
    assert [task.name for task in tasks] == names
    assert tasks[0].classes == ("helix", "strand", "turn", "other")
    assert tasks[1].classes == ("no", "yes")


def test_labels_follow_the_tracks_and_leave_out_what_is_not_known():
    protein = Protein(id="p", sequence="ACDEFGHIK", tracks={"dssp": "HGIEBTSC?", "binding_site": "01?000011"})
    four, site, helix, *_ = residue_tasks([SITE, *STRUCTURE])
    assert four.labels(protein).tolist() == [0, 0, 0, 1, 1, 2, 2, 3, -1]
    assert site.labels(protein).tolist() == [0, 1, -1, 0, 0, 0, 0, 1, 1]
    assert helix.labels(protein).tolist() == [1, 1, 1, 0, 0, 0, 0, 0, -1]


def test_a_protein_without_the_track_has_no_labels():
    bare = Protein(id="p", sequence="A")
    assert all(task.labels(bare).tolist() == [-1] for task in residue_tasks([SITE, *STRUCTURE]))


def test_of_overlapping_properties_only_unambiguous_residues_count():
    both = [*STRUCTURE[:3], TrackProperty("secondary_structure:any", "dssp", "HE")]
    protein = Protein(id="p", sequence="ACD", tracks={"dssp": "HTC"})
    assert residue_tasks(both)[0].labels(protein).tolist() == [-1, 2, -1]
