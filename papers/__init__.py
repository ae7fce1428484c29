"""Documents out, spreadsheets in and out: the room is kept in its place and holds nothing yet."""
