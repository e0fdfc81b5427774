"""What is put together out of questions for paper and for spreadsheets: pure assembling, no page and no verb."""
