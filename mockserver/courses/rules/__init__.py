"""The rules of courses: who is what, who sees what, what may become of a course, when a lesson is open."""
