"""Daily stock logs of the clinic's locations, in the columns of the inventory seed."""
