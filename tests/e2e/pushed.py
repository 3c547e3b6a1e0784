"""Browsers that can be pushed to without a push service of the browser's maker: the subscription is a real key pair of the test's push
service, what arrives there is decrypted by it and handed to the worker through the debugging protocol.
"""

from __future__ import annotations

import json
import time
from typing import Any

from playwright.sync_api import CDPSession

from tests.e2e.browser import Window
from tests.peers.push_service import Browser, PushService

# what PushManager would do, but for the key pair, which is ours
STAND_IN = """
(() => {
  const told = %s;
  const KEY = "test.subscribed";
  const made = () => ({
    endpoint: told.endpoint,
    toJSON: () => ({ endpoint: told.endpoint, expirationTime: null, keys: { p256dh: told.p256dh, auth: told.auth } }),
    unsubscribe: async () => (localStorage.removeItem(KEY), true),
  });
  if (location.protocol !== "http:") return;
  PushManager.prototype.subscribe = async function (options) {
    if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error("not how one subscribes");
    localStorage.setItem(KEY, "1");
    return made();
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem(KEY) ? made() : null);
})();
"""
# asked for before they stand on the screen, Chromium takes notifications for dismissed and drops them: first wait until they do
WATCH = """
(() => {
  const maker = ServiceWorkerRegistration.prototype;
  const show = maker.showNotification;
  self.shownForTest = 0;
  maker.showNotification = async function (...how) {
    await show.apply(this, how);
    self.shownForTest += 1;
  };
})()
"""
SHOWN = "self.registration.getNotifications().then(all => all.map(one => [one.title, one.body, one.data, one.lang]))"
TAP = (
    "self.registration.getNotifications().then(all => self.dispatchEvent("
    "new NotificationEvent('notificationclick', {notification: all[0]})))"
)


class Pushed:
    """A window that may be pushed to."""

    def __init__(self, window: Window, service: PushService, url: str, *, script: str) -> None:
        self._window, self._url, self._script = window, url, script
        self.browser: Browser = service.browser()
        window.context.grant_permissions(["notifications"], origin=url)
        window.context.add_init_script(STAND_IN % json.dumps(service.subscription(self.browser)))
        self._session: CDPSession = window.context.new_cdp_session(window.page)
        self._registrations: dict[str, str] = {}
        self._session.on("ServiceWorker.workerRegistrationUpdated", self._heard)
        self._session.send("ServiceWorker.enable")

    def _heard(self, event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            if not one["isDeleted"]:
                self._registrations[one["scopeURL"]] = one["registrationId"]

    def next(self, already: int = 0) -> dict[str, Any]:
        """What the server really sent, decrypted, once there is more than `already`."""
        deadline = time.monotonic() + 60
        while len(self.browser.got) <= already:
            assert time.monotonic() < deadline, "nothing was pushed"
            self._window.page.wait_for_timeout(100)
        return self.browser.got[-1]

    def deliver(self, told: dict[str, Any], scope: str) -> None:
        """Hand it to the worker of this scope, as the browser does."""
        self._worker().evaluate(WATCH)
        registration = self._registrations[self._url + scope]
        message = {"origin": self._url, "registrationId": registration, "data": json.dumps(told, ensure_ascii=False)}
        self._session.send("ServiceWorker.deliverPushMessage", message)

    def shown(self) -> list[list[str]]:
        """The notifications on the screen: title, text, address, language."""
        deadline = time.monotonic() + 20
        while not self._worker().evaluate("self.shownForTest"):
            assert time.monotonic() < deadline, "the worker showed nothing"
            self._window.page.wait_for_timeout(100)
        self._window.page.wait_for_timeout(300)
        found: list[list[str]] = self._worker().evaluate(SHOWN)
        return found

    def tap(self) -> None:
        """Tap the first of them."""
        self._worker().evaluate(TAP)

    def _worker(self) -> Any:
        (found,) = [one for one in self._window.context.service_workers if one.url.endswith(self._script)]
        return found
