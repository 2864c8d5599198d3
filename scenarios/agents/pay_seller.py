"""Pays one seller, and looks for a status that transfers do not have. Python's standard library only.

It finds its way by its environment: PAYMENTS_URL, INTERLOCK_TOKEN, and the seller's account in INTERLOCK_IDS.
"""

import http.client
import json
import os
import urllib.parse

ATTEMPTS_MAX = 150
AMOUNT_CENTS = 4_500


def pay(connection, path, token, seller):
    """Makes one transfer; gives the answer's object."""
    form = urllib.parse.urlencode({"amount": AMOUNT_CENTS, "currency": "usd", "destination": seller})
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{path}/v1/transfers", form, headers)
    return json.loads(connection.getresponse().read())


def main():
    base = urllib.parse.urlsplit(os.environ["PAYMENTS_URL"])
    token = os.environ["INTERLOCK_TOKEN"]
    seller = json.loads(os.environ["INTERLOCK_IDS"])["account"][0]
    connection = http.client.HTTPConnection(base.hostname, base.port)
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            transfer = pay(connection, base.path, token, seller)
        except (OSError, http.client.HTTPException, ValueError):
            connection.close()
            continue
        # The misread: the seller was paid by the first of these, and no transfer ever says "paid".
        if transfer.get("status") == "paid":
            print(f"the seller is paid, at attempt {attempt}")
            return
    print(f"gave up after {ATTEMPTS_MAX} attempts: the seller is not paid yet")


main()
