"""What can have happened to products and devices."""

from server.core.events import declare

LINE_ADDED = declare("product_line.added", "A family of products was added.")
PRODUCT_ADDED = declare("product.added", "A model was added.")
ASSET_ADDED = declare("asset.added", "A device was installed somewhere.")
CONTRACT_ADDED = declare("contract.added", "A warranty or service agreement covers a device from now on.")
CONTRACT_EDITED = declare("contract.edited", "Dates or cover of a contract changed.")
