"""What a run finds: verdicts, findings, and their texts without secrets."""
