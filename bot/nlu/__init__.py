"""Reading one customer message: mood, intents, class, priority and fields.

Entry points: :class:`bot.nlu.reader.Reader` and the value it returns,
:class:`bot.nlu.reading.Reading`. Nothing here keeps state between messages.
"""
