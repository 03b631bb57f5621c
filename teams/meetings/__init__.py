"""The loop: meetings, decisions, problems, supervision orders, requirements, instructions, showcases."""
