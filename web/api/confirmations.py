"""stub"""


def install(app):
    pass
