"""What can have happened to customers, contacts and sites."""

from server.core.events import declare

CUSTOMER_ADDED = declare("customer.added", "A customer was added.")
CUSTOMER_EDITED = declare("customer.edited", "A customer's name, class or language changed.")
CONTACT_ADDED = declare("contact.added", "A person at a customer was added.")
CONTACT_EDITED = declare("contact.edited", "A contact's name, phone, mail or consent changed.")
SITE_ADDED = declare("site.added", "An address was added.")
SITE_EDITED = declare("site.edited", "A site's address, access notes or phone changed.")
CONTACT_ERASED = declare("contact.erased", "A contact was erased: what was stored of the person is gone.")
