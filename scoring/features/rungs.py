"""The rungs of the ladder, by number. Like < retweet < text < call < handwritten letter."""

RUNG_NAMES = ("a glance", "a nod", "a pass-on", "a word", "a message", "a meeting", "a call", "a letter")
RUNGS = range(1, 8)
PASS_ON, WORD, MESSAGE, MEETING, CALL, LETTER = 2, 3, 4, 5, 6, 7
# Days until an act counts half. They never fall with the rung: otherwise an act swapped for a higher one could count
# less after a while.
HALF_LIVES = {1: 14, 2: 21, 3: 30, 4: 45, 5: 90, 6: 120, 7: 180}
