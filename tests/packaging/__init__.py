"""What is handed out, how it starts, and the rules of the house that a tool can hold."""
