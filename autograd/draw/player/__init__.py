"""`play`: the page that steps through forward and backward."""
