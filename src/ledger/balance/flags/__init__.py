"""The flags, one small file each: what each asks, how it is computed, how it speaks."""
