"""Mail to the one who looks after the platform, when SMTP is configured. No patient's data."""

import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from clinic_assets.settings import settings

TIMEOUT_SECONDS = 20


def tell(subject: str, body: str) -> bool:
    """Send a mail; False when mail is not configured. Raises OSError or SMTPException."""
    wanted = settings()
    if wanted.smtp_url is None or not wanted.alert_to:
        return False
    address = urlsplit(wanted.smtp_url.get_secret_value())
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, wanted.alert_from, wanted.alert_to
    message.set_content(body)
    kind = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    with kind(address.hostname or "localhost", address.port or 25, timeout=TIMEOUT_SECONDS) as smtp:
        if address.username:
            if address.scheme == "smtp":
                smtp.starttls()
            smtp.login(unquote(address.username), unquote(address.password or ""))
        smtp.send_message(message)
    return True
