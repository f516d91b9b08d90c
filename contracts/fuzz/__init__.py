"""Long runs: rounds of all checks with new seeds and growing effort, in shards that can be killed and go on."""
