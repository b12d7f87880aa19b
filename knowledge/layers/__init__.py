"""What is derived from the imported rows and laid over them: themes, stages, and the map held against both.

Each layer is a function of what the file holds, so it can be taken away and laid again. People change it by
`theme_edits`, `stage_edits` and `review`.
"""
