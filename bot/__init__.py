"""The assistant itself: reading, judging, deciding, and the channels it speaks through."""
