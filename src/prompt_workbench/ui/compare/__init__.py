"""The Compare page: choose, run and read a side-by-side comparison."""
