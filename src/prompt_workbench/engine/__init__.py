"""Running, scoring and limiting the calls of comparisons."""
