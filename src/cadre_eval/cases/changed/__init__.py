"""Rules changed one token at a time, and which changes no case notices."""
