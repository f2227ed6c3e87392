"""The people, sites and courses of the demo school. Nobody here exists; every name is under .example."""

from dataclasses import dataclass

MOODLE_URL = "https://aula.iesalameda.example"
ACADEMY_URL = "https://campus.greenfield.example"
H5P_URL = "https://videos.iesalameda.example"
CMI5_URL = "https://lms.iesalameda.example"
TUTORING_URL = "https://tutorias.iesalameda.example"
AI_TUTOR_URL = "https://nora.tutor.example"
STUDY_URL = "https://estudio.iesalameda.example"
SCHOOL_NAME = "IES Alameda"


@dataclass(frozen=True)
class Person:
    """Somebody of the school, as each of its systems knows them.

    `moodle` and `academy` are the user's number in the two Moodle sites, `username` the login name
    of the cmi5 player, the tutoring room and the AI tutor.
    """

    name: str
    email: str
    username: str
    moodle: int
    academy: int | None = None


LUCIA = Person("Lucía Fernández", "lucia.fernandez@iesalameda.example", "lfernandez", 214, 31)
MATEO = Person("Mateo Ruiz", "mateo.ruiz@iesalameda.example", "mruiz", 215)
EMILY = Person("Emily Carter", "emily.carter@iesalameda.example", "ecarter", 216, 33)
OLIVER = Person("Oliver Bennett", "oliver.bennett@iesalameda.example", "obennett", 217, 34)
AITANA = Person("Aitana Navarro", "aitana.navarro@iesalameda.example", "anavarro", 218)
LEARNERS = (LUCIA, MATEO, EMILY, OLIVER, AITANA)

CARMEN = Person("Carmen Ortega", "carmen.ortega@iesalameda.example", "cortega", 12)
JAVIER = Person("Javier Molina", "javier.molina@iesalameda.example", "jmolina", 15)
DANIEL = Person("Daniel Hughes", "daniel.hughes@greenfield.example", "dhughes", 21, 5)


@dataclass(frozen=True)
class Question:
    """A quiz question: `answers` are what may be chosen, empty where a number is typed."""

    number: int
    name: str
    text: str
    right: str
    wrong: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quiz:
    number: int
    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Section:
    """A part of a Moodle course: what the school calls a class (the lessons of one subject matter)."""

    number: int
    name: str


MATHS_ID = f"{MOODLE_URL}/course/view.php?id=12"
MATHS_NAME = "Matemáticas 3.º ESO"
RATIONALS = Section(101, "Tema 1. Números racionales")
POWERS = Section(102, "Tema 2. Potencias y raíces")
POLYNOMIALS = Section(103, "Tema 3. Polinomios")
EQUATIONS = Section(104, "Tema 4. Ecuaciones y sistemas")

FRACTIONS_QUIZ = Quiz(
    341,
    "Cuestionario: fracciones y decimales",
    (
        Question(
            9101, "Suma de fracciones", "¿Cuánto es 2/3 + 1/6?", "5/6", "3/9", ("5/6", "3/9", "1/2")
        ),
        Question(
            9102,
            "Decimal periódico",
            "El decimal 0,333… es un número racional.",
            "true",
            "false",
            ("true", "false"),
        ),
        Question(9103, "Fracción de una cantidad", "Calcula 3/4 de 52.", "39", "36"),
        Question(
            9104,
            "Fracción generatriz",
            "¿Qué fracción es 1,25?",
            "5/4",
            "12/5",
            ("5/4", "12/5", "4/5"),
        ),
    ),
)
EQUATIONS_QUIZ = Quiz(
    377,
    "Cuestionario: ecuaciones de segundo grado",
    (
        Question(
            9201,
            "Número de soluciones",
            "¿Cuántas soluciones reales tiene x² + 1 = 0?",
            "Ninguna",
            "Dos",
            ("Ninguna", "Una", "Dos"),
        ),
        Question(9202, "Discriminante", "Calcula el discriminante de x² − 5x + 6 = 0.", "1", "49"),
        Question(
            9203,
            "Factor común",
            "x² = 3x tiene la solución x = 0.",
            "true",
            "false",
            ("true", "false"),
        ),
        Question(9204, "Sistema", "Si x + y = 7 y x − y = 1, ¿cuánto vale x?", "4", "3"),
    ),
)

ENGLISH_NAME = "English B1 Preliminary"
PRESENT_PERFECT_QUIZ = Quiz(
    58,
    "Unit 2 quiz: present perfect",
    (
        Question(
            4101,
            "Since or for",
            "She has lived in Leeds ___ 2019.",
            "since",
            "for",
            ("since", "for", "from"),
        ),
        Question(
            4102,
            "Irregular participle",
            "Write the past participle of “write”.",
            "written",
            "wrote",
        ),
        Question(
            4103, "Already", "“I have already ate” is correct.", "false", "true", ("true", "false")
        ),
    ),
)
