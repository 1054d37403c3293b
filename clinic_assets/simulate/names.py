"""The names people and things have in the clinic: only word lists, no rules."""

FIRST_NAMES = (
    "Anna", "Jürgen", "Sören", "Zoë", "Chloé", "José", "Iñigo", "Begoña", "Siobhán", "Łukasz",
    "Agnieszka", "Ayşe", "Çağla", "Mehmet", "Fatima", "Youssef", "Olena", "Дмитро", "Ivana",
    "Þórunn", "Åsa", "Bjørn", "Ngọc", "Minh Anh", "Priya", "Arjun", "伟", "美咲", "서연", "Kwame",
    "Amara", "N'Golo", "Jean-Luc", "Marie-Thérèse", "Eleni", "Νίκος", "Noam", "Leila", "Tom",
    "Katharina", "Paul", "Lea", "Sophie", "Max", "Emma", "Jonas", "Mia", "Luca",
)  # fmt: skip

LAST_NAMES = (
    "Müller", "Groß", "Schäfer", "Weiß", "O'Brien", "O’Neill", "D'Angelo", "Núñez", "Ibáñez",
    "Peña Castro", "García-Lorca", "Wiśniewska", "Łoś", "Yılmaz", "Öztürk", "Şahin", "Haddad",
    "El-Sayed", "Шевченко", "Kovačević", "Jónsdóttir", "Ångström", "Østergaard", "Nguyễn", "Trần",
    "Sharma", "Iyer", "王", "李", "佐藤", "김", "Mensah", "Okonkwo", "N'Diaye", "Lefèvre",
    "van der Berg", "de la Cruz", "Papadopoulou", "Παππάς", "Levi", "Hosseini", "Schmidt",
    "Fischer", "Wagner", "Becker", "Hoffmann", "Koch", "Bauer", "Klein", "Wolf",
)  # fmt: skip

TREACHEROUS_LAST_NAMES = ("Null", "NA")
"""Real names that careless readers take for nothing."""

PHYSIO_NAMES = (
    "Mara Lindqvist", "Tobias Köhler", "Aoife O'Connor", "Emre Aydın", "Inês Gonçalves",
    "Jakub Dvořák", "Hana Suzuki", "Lucía Muñoz",
)  # fmt: skip

MARRIED_NAMES = ("Berger", "O'Hara", "Čapek", "Roßmann", "Araújo", "Sjöberg")

PHONE_PREFIXES = ("0151", "0160", "0171", "+49 176 ", "030/", "0043 664 ", "+33 6 ")

ITEMS = (
    "Kinesio tape 5 cm", "Massage oil 500 ml", "Disposable sheet roll", "Ultrasound gel 250 ml",
    "Exercise band red", "Electrode pads 50x50", "Knee brace M", "Cold pack large",
    "Hand disinfectant 1 l", "Acupuncture needles 0.25", "Foam roller", "Crutches pair",
)  # fmt: skip
