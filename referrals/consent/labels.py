"""Words for what a family agrees to. Every line may be read by the family."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referrals.consent.rules import Category, Purpose

CATEGORIES: dict[Category, str | Promise] = {
    Category.NAME: _("name"),
    Category.PHONE: _("phone"),
    Category.SAFE_CONTACT: _("safe way to get in touch"),
    Category.LANGUAGE: _("language"),
    Category.DISTRICT: _("district"),
    Category.NEEDS: _("support wishes"),
    Category.RESOURCES: _("what is going well"),
    Category.WISH: _("wish for a talk"),
    Category.NOTE: _("note"),
}

PURPOSES: dict[Purpose, str | Promise] = {
    Purpose.DOCUMENTATION: _("keep the documentation"),
    Purpose.HANDOVER: _("pass on to this service"),
    Purpose.FEEDBACK: _("tell the sender how it went"),
    Purpose.CONTACT_AGAIN: _("get in touch again later"),
    Purpose.EVALUATION: _("evaluation"),
}
