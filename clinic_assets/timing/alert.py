"""Mail to the one who looks after the platform, when SMTP is configured. No patient's data."""

import logging
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from clinic_assets.settings import settings

LOG = logging.getLogger(__name__)
TIMEOUT_SECONDS = 20


def tell(subject: str, body: str, log: logging.Logger = LOG) -> bool:
    """Send a mail; False when mail is not configured, or could not be sent, which is logged."""
    wanted = settings()
    if wanted.smtp_url is None or not wanted.alert_to:
        return False
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, wanted.alert_from, wanted.alert_to
    message.set_content(body)
    try:
        _send(message, wanted.smtp_url.get_secret_value())
    except OSError as error:  # as all of SMTP's errors are
        # Its kind only: what a server says may quote the name or the password it was given.
        log.error(f"No mail could be sent ({type(error).__name__}): see CLINIC_SMTP_URL.")
        return False
    return True


def _send(message: EmailMessage, url: str) -> None:
    address = urlsplit(url)
    kind = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    with kind(address.hostname or "localhost", address.port or 25, timeout=TIMEOUT_SECONDS) as smtp:
        if address.username:
            if address.scheme == "smtp":
                smtp.starttls()
            smtp.login(unquote(address.username), unquote(address.password or ""))
        smtp.send_message(message)
