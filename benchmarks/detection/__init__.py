"""Which planted faults the checker finds: by which lane, after how many requests, and without a false alarm."""
