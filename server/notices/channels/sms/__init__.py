"""SMS by SMPP 3.4: `parts` how a text is cut, `line` the one bound connection, `channel` what becomes of a message, `receipts`
what the carrier says afterwards. smpplib is an extra (`[sms]`) and is imported only when a carrier is set up.
"""
