"""The files below a workspace's supervision folder, read into records."""
