"""The rules as frozen values and pure functions. Imports nothing of ours."""
