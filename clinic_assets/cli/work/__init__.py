"""What commands have done in this process: runs, copies, slices, and how things stand."""
