"""The parachain: the client, the adapters, the submission of anchors, the development chain."""
