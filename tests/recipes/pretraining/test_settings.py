import json

import pytest
import torch
from minis.settings import SHAPES, defaults


@pytest.mark.parametrize("device", ["cpu", "cuda"])
@pytest.mark.parametrize("name", SHAPES)
def test_each_model_has_settings_for_both_devices_that_json_keeps(name, device):
    settings = defaults(name, torch.device(device))
    assert f"mini-{settings.family}" == name
    assert max(settings.rows + settings.late_rows) <= settings.shape.positions
    assert settings.tokens >= max(settings.late_rows)
    content = settings.as_json()
    assert json.loads(json.dumps(content)) == content
