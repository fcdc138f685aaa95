"""The desk at which a reading is corrected: what was made of a text, and every act on it."""
