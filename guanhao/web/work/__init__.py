"""What the working pages share between view and template: addresses of pictures, doors, presentations."""
