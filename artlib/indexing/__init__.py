"""The index: the keypoints of the known works on disk, and the search for works that share some with a picture."""
