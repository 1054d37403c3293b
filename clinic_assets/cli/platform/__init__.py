"""What has to be up before a command works, and what `clinic up` keeps up."""
