"""The pages of people: the door (login, password), accounts, departments and classes, the table of rights."""
