"""Names that must show as text."""

IDS = ('<script>alert("1")</script>', '"><img src=x onerror=alert(1)>/../..', "x" * 10_000)
MODEL = "<i>model</i>&amp;"
DATASET = "<b>set"
