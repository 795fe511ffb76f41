"""Checkpoints: from a folder or a name of the hub to an encoder with its weights, and to the token id of each letter.

``hub`` fetches, ``weight_files`` finds and digests, ``encoder_weights`` fills the encoder and refuses what does not
fit, ``vocabulary`` reads tokenizer files and ``token_ids`` keeps what they say.
"""
