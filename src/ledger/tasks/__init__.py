"""Tasks, who carries them, hand-overs and time."""
