"""The staff's lists: what each shows in its rows and writes into its files."""
